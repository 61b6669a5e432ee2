using System.Text.Json;

namespace Payments.Orchestrator.Requesting;

/// <summary>What lay in the front door's queue: any JSON, not yet taken for anything.</summary>
/// <param name="Body">The whole body.</param>
/// <param name="MediaType">What its sender said it was, if that could be read; not to be relied on.</param>
internal sealed record RawDelivery(JsonElement Body, string? MediaType);
