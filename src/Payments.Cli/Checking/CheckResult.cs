namespace Payments.Cli.Checking;

/// <summary>What one checker found.</summary>
/// <param name="Name">The invariant, as a sentence.</param>
/// <param name="Examined">How many rows, payments or accounts were compared; the checker's sentence says which.</param>
/// <param name="Moving">How many were left out because they were changing. Examined and moving are all.</param>
/// <param name="Violations">One sentence each; empty when the invariant holds.</param>
public sealed record CheckResult(string Name, long Examined, long Moving, IReadOnlyList<string> Violations);
