using System.Text.Json;
using Payments.Contracts;
using Payments.Operations.Auditing;
using Payments.Operations.Collecting;
using Payments.Operations.Querying;

namespace Payments.Operations.Replaying;

/// <summary>The body of <c>POST /v1/dead-letters/{id}/replay</c>.</summary>
/// <param name="RequestedBy">1 to 128 characters. Nobody is signed in yet: it is the name that was given.</param>
/// <param name="Reason">1 to 500 characters.</param>
/// <param name="Destination">A queue that is there and holds no dead letters. Default: where the message was.</param>
/// <param name="Force">In spite of a dangerous verdict, once a second person has approved. Default: false.</param>
internal sealed record ReplayRequest(string RequestedBy, string Reason, string? Destination = null, bool? Force = null);

/// <summary>The body of <c>POST /v1/dead-letters/replays</c>.</summary>
/// <param name="Letters">1 to 200 ids, each once.</param>
/// <param name="RequestedBy">1 to 128 characters. Nobody is signed in yet: it is the name that was given.</param>
/// <param name="Reason">1 to 500 characters.</param>
/// <param name="Destination">A queue that is there and holds no dead letters. Default: where each message was.</param>
/// <param name="Force">In spite of dangerous verdicts, once a second person has approved. Default: false.</param>
internal sealed record ReplaySelectionRequest(
    IReadOnlyList<Ulid> Letters, string RequestedBy, string Reason, string? Destination = null, bool? Force = null);

/// <summary>Reads such bodies: the broken rules are added, and what is returned then is not used.</summary>
internal static class ReplayRequests
{
    private const int MaxLetters = 200;
    private const int MaxQueueName = 255;

    public static ReplayOrder? Read(JsonElement body, IReadOnlyList<Ulid> letterIds, List<FieldError> errors)
    {
        var destination = ReadQueue(body, errors);
        var force = ReadFlag(body, "force", errors);
        return OperatorRequest.Read(body, errors) is { } by ? new ReplayOrder(letterIds, by, destination, force) : null;
    }

    public static IReadOnlyList<Ulid> ReadLetters(JsonElement body, List<FieldError> errors)
    {
        var ids = new List<Ulid>();
        if (!body.TryGetProperty("letters", out var letters) || letters.ValueKind != JsonValueKind.Array
            || letters.GetArrayLength() is 0 or > MaxLetters)
        {
            errors.Add(new FieldError("letters", "count", $"letters must be a list of 1 to {MaxLetters} ids."));
            return ids;
        }

        foreach (var (index, letter) in letters.EnumerateArray().Index())
        {
            var text = letter.ValueKind == JsonValueKind.String ? letter.GetString()! : "";
            if (Identifiers.ReadPaymentId(text, $"letters[{index}]", out var id) is { } error)
                errors.Add(error);
            else if (ids.Contains(id))
                errors.Add(new FieldError($"letters[{index}]", "unique", $"letters[{index}] is there twice."));
            else
                ids.Add(id);
        }

        return ids;
    }

    /// <summary>The queue must be there, and none that is emptied into the dead letters.</summary>
    /// <exception cref="HttpRequestException">The broker's management API does not answer.</exception>
    public static async Task<FieldError?> Check(string destination, BrokerManagement management, CancellationToken cancellationToken)
    {
        if (DeadLetterQueues.Contains(destination))
        {
            return new FieldError(
                "destination", "dead_letters", $"destination is {destination}: whatever gets there becomes a dead letter.");
        }

        return (await management.ReadQueues(cancellationToken)).Any(q => q.Name == destination)
            ? null
            : new FieldError("destination", "unknown", $"destination must be a queue; the broker has none named {destination}.");
    }

    private static string? ReadQueue(JsonElement body, List<FieldError> errors)
    {
        if (!body.TryGetProperty("destination", out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= MaxQueueName } name)
            return name;
        errors.Add(new FieldError("destination", "format", $"destination must be a queue's name, of up to {MaxQueueName} characters."));
        return null;
    }

    private static bool ReadFlag(JsonElement body, string field, List<FieldError> errors)
    {
        if (!body.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
            return false;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        errors.Add(new FieldError(field, "boolean", $"{field} must be true or false."));
        return false;
    }
}
