namespace Payments.Wallets.Remembering;

/// <summary>A command contradicts what is known about its operation: the sender's invariant is broken.</summary>
internal sealed class OperationMisusedException(string message) : Exception(message);
