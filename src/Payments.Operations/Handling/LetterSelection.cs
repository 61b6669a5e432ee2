using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Problems;
using Payments.Operations.Querying;

namespace Payments.Operations.Handling;

/// <summary>Letters by their ids, or the open ones of a group, frozen as somebody saw it.</summary>
internal sealed record LetterSelection
{
    private const int MaxLetters = 500;
    private const int MaxGroupLetters = 10_000;

    private const string OpenOfGroup = """
        SELECT letter_id FROM dead_letter WHERE group_id = $1 AND letter_id <= $2 AND state = 'open' ORDER BY letter_id
        """;

    private IReadOnlyList<Ulid> LetterIds { get; init; } = [];

    private Ulid? GroupId { get; init; }

    /// <summary>As many open letters were seen in the group.</summary>
    private int Letters { get; init; }

    /// <summary>The newest of them.</summary>
    private Ulid Through { get; init; }

    /// <summary>Adds every broken rule to the errors.</summary>
    public static LetterSelection Read(JsonElement body, List<FieldError> errors)
    {
        var hasLetters = body.TryGetProperty("letterIds", out var letters);
        if (hasLetters == body.TryGetProperty("groupId", out var group))
        {
            errors.Add(new FieldError("letterIds", "one_of", "Give either letterIds, or groupId with letters and through."));
            return new LetterSelection();
        }

        return hasLetters
            ? new LetterSelection { LetterIds = ReadIds(letters, errors) }
            : new LetterSelection
            {
                GroupId = ReadId(group, "groupId", errors),
                Letters = ReadCount(body, errors),
                Through = ReadId(body.TryGetProperty("through", out var through) ? through : default, "through", errors),
            };
    }

    /// <summary>Which letters these are; refused when the group is another one than was seen.</summary>
    public async Task<(IReadOnlyList<Ulid> Ids, ProblemHttpResult? Refusal)> Find(
        NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        if (GroupId is not { } groupId)
            return (LetterIds, null);
        await using var command = dataSource.CreateCommand(OpenOfGroup);
        command.Parameters.Add(Sql.Value(groupId.ToGuid()));
        command.Parameters.Add(Sql.Value(Through.ToGuid()));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<Ulid>();
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(Ulid.FromGuid(reader.GetGuid(0)));
        return ids.Count == Letters ? (ids, null) : ([], Refusal.Create(
            StatusCodes.Status409Conflict, "group-changed", "The group has changed.",
            $"Group {groupId} has {ids.Count} open letters up to {Through} now, and not {Letters}: look at it again."));
    }

    private static Ulid[] ReadIds(JsonElement letters, List<FieldError> errors)
    {
        if (letters.ValueKind != JsonValueKind.Array || letters.GetArrayLength() is 0 or > MaxLetters)
        {
            errors.Add(new FieldError("letterIds", "range", $"letterIds must be a list of 1 to {MaxLetters} ids."));
            return [];
        }

        return [.. letters.EnumerateArray().Select((l, i) => ReadId(l, $"letterIds[{i}]", errors)).Distinct()];
    }

    private static int ReadCount(JsonElement body, List<FieldError> errors)
    {
        if (body.TryGetProperty("letters", out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var count) && count is >= 1 and <= MaxGroupLetters)
        {
            return count;
        }

        errors.Add(new FieldError(
            "letters", "range", $"letters must be the number of open letters that were seen in the group, 1 to {MaxGroupLetters}."));
        return 0;
    }

    private static Ulid ReadId(JsonElement value, string field, List<FieldError> errors)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (Identifiers.ReadPaymentId(text, field, out var id) is { } error)
            errors.Add(error);
        return id;
    }
}
