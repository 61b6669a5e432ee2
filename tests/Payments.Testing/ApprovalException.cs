namespace Payments.Testing;

/// <summary>A result is not the approved one; the message shows the difference and how to approve it.</summary>
public sealed class ApprovalException(string message) : Exception(message);
