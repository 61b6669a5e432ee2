namespace Payments.Messaging;

/// <summary>Something the process cannot start without is missing. The message is one sentence for the operator.</summary>
public sealed class DependencyMissingException(string message, Exception? inner = null) : Exception(message, inner);
