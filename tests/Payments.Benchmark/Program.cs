using Payments.Benchmark;
using Payments.Benchmark.Psp;

return args is [FreePspExecutor.Verb] ? await FreePspExecutor.Run() : await BenchmarkCommand.Run(args);
