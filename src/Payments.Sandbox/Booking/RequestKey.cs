namespace Payments.Sandbox.Booking;

/// <summary>By what a request that comes again is known.</summary>
/// <param name="Account">Each has keys of its own.</param>
/// <param name="Key">The idempotency key; null where the request bears none: then each is a first one.</param>
/// <param name="Fingerprint">The same for the same request.</param>
/// <param name="Lifetime">How long the PSP keeps an answer.</param>
internal sealed record RequestKey(string Account, string? Key, string Fingerprint, TimeSpan Lifetime)
{
    /// <summary>What is to be kept of an answer; null for nothing.</summary>
    public SavedAnswer? Save(PspReply reply, string requestId, DateTimeOffset now) => Key is null || !reply.IsSaved
        ? null
        : new SavedAnswer(Account, Key, Fingerprint, reply.Status, reply.Json ?? "", requestId, now);
}
