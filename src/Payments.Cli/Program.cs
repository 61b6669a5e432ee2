using Payments.Cli;

return await CommandLine.Run(
    args, new Shell(Console.In, Console.Out, Console.Error, Environment.GetEnvironmentVariable, TimeProvider.System));
