namespace Payments.Benchmark;

/// <summary>Why the benchmark, or one scenario of it, cannot go on; one sentence for whoever called it.</summary>
internal sealed class BenchmarkException(string message, Exception? inner = null) : Exception(message, inner);
