using RabbitMQ.Client;

namespace Payments.Operations.Collecting;

/// <summary>A letter as the broker delivered it.</summary>
/// <param name="Queue">Where it was.</param>
/// <param name="Exchange">Where it was published last.</param>
/// <param name="RoutingKey">Of that publish.</param>
/// <param name="Redelivered">Somebody may have had it before: perhaps we have stored it.</param>
/// <param name="Properties">With its headers.</param>
/// <param name="Body">A copy of our own.</param>
internal sealed record LetterSource(
    string Queue, string Exchange, string RoutingKey, bool Redelivered, IReadOnlyBasicProperties Properties, byte[] Body);
