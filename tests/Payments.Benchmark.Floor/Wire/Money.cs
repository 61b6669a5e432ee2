namespace Payments.Benchmark.Floor.Wire;

/// <summary>Minor units of a currency.</summary>
internal readonly record struct Money(long Amount, string Currency);
