namespace Payments.Orchestrator.Requesting;

/// <summary>
/// A body that cannot be judged field by field. It is dead-lettered whole. The message says where it went wrong and
/// never quotes the body.
/// </summary>
internal sealed class NotJsonException(string message) : Exception(message);
