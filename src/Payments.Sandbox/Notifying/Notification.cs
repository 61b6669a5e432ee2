namespace Payments.Sandbox.Notifying;

/// <summary>A webhook, signed and ready to be sent: the same bytes at every try.</summary>
internal sealed record Notification(string Id, string Account, byte[] Body, Dictionary<string, string> Headers);
