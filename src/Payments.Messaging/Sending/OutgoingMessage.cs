namespace Payments.Messaging;

/// <summary>A message as it goes to the broker: the same id and the same bytes each time it is said.</summary>
/// <param name="Id">The message id, a ULID as uuid.</param>
/// <param name="Exchange">A fanout exchange: an event's, or that of a command's queue.</param>
/// <param name="Type">The contract's name.</param>
/// <param name="Trace">W3C trace context, where there is one.</param>
/// <param name="Body">MassTransit's JSON envelope.</param>
public sealed record OutgoingMessage(Guid Id, string Exchange, string Type, string? Trace, byte[] Body);
