namespace Payments.Messaging;

/// <summary>
/// A delivery was settled so long ago that what was said then is gone. It is dead-lettered, where a person can see it:
/// its effects are in place, only its answers cannot be repeated.
/// </summary>
public sealed class RememberedWithoutBodiesException(Origin origin)
    : Exception($"Message {origin.MessageId} was settled by {origin.Consumer} before; its answers are no longer kept.");
