namespace Payments.Benchmark;

/// <summary>The options ask for something that cannot be; one sentence says what.</summary>
internal sealed class WrongUsageException(string message) : Exception(message);
