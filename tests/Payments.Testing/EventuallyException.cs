namespace Payments.Testing;

/// <summary>What a test waited for did not come about in time; the message has the last value seen.</summary>
public sealed class EventuallyException(string message, Exception? innerException)
    : Exception(message, innerException);
