using Payments.Sandbox.Booking;

namespace Payments.Sandbox;

/// <summary>An answer of a PSP that keeps idempotency keys.</summary>
/// <param name="Status">The HTTP status.</param>
internal abstract record PspReply(int Status)
{
    /// <summary>The body as it is sent; null for none.</summary>
    public abstract string? Json { get; }

    /// <summary>
    /// False for what is refused before the endpoint begins: such an answer is not saved under the key.
    /// </summary>
    public bool IsSaved { get; init; } = true;

    /// <summary>What the request changed; null where nothing.</summary>
    public Intent? Changed { get; init; }
}
