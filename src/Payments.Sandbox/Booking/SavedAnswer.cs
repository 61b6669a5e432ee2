namespace Payments.Sandbox.Booking;

/// <summary>What an account's idempotency layer keeps under a key.</summary>
internal sealed record SavedAnswer(
    string Account, string Key, string Fingerprint, int Status, string Body, string RequestId, DateTimeOffset SavedAt);

/// <summary>How a keyed request starts.</summary>
internal enum KeyState
{
    /// <summary>The request is the first, and its key is now in use.</summary>
    Started,
    InUse,
    Saved,

    /// <summary>Saved or in use with another request.</summary>
    OtherRequest,
}
