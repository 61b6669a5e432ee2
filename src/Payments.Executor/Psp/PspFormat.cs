namespace Payments.Executor.Psp;

/// <summary>A wire format that a connection can name as its <c>Adapter</c>.</summary>
/// <param name="Name">Lower-case, such as <c>stripe</c>.</param>
/// <param name="Create">An adapter for one account.</param>
/// <param name="Needs">The optional settings of <see cref="PspConnectionOptions"/> that this format must have, by name.</param>
internal sealed record PspFormat(
    string Name, Func<PspConnectionOptions, IPspAdapter> Create, params IReadOnlyList<string> Needs)
{
    /// <summary>Below what the PSP publishes.</summary>
    public PspLimits Limits { get; init; } = PspLimits.Unpublished;
}
