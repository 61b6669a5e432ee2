using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using NpgsqlTypes;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Auditing;
using Payments.Operations.Problems;
using Payments.Operations.Querying;

namespace Payments.Operations.Handling;

/// <summary>It is not shown among the open ones until a time, or is again.</summary>
internal sealed record MuteGroup(OperatorRequest By, DateTimeOffset? Until) : Change<LockedGroup>(By)
{
    private const int MaxDays = 90;

    private const string Mute = """
        UPDATE dead_letter_group SET muted_until = $2, mute_reason = CASE WHEN $2 IS NOT NULL THEN $3 END
        WHERE group_id = ANY ($1)
        """;

    public override string Action => Until is null ? "unmute_group" : "mute_group";

    /// <summary>Adds every broken rule to the errors.</summary>
    public static MuteGroup? Read(JsonElement body, DateTimeOffset now, List<FieldError> errors)
    {
        var by = OperatorRequest.Read(body, errors);
        var until = ReadUntil(body, now, errors);
        return by is null ? null : new MuteGroup(by, until);
    }

    public override ProblemHttpResult? Refuse(LockedGroup group) => Until is null || group.IsUnresolved
        ? null
        : Refusal.Create(
            StatusCodes.Status409Conflict, "group-resolved", "The group is resolved.",
            $"No letter of group {group.Id} is open: there is nothing to mute, and its next letter would end the mute.");

    public override Task<ProblemHttpResult?> Apply(
        NpgsqlConnection connection, IReadOnlyList<LockedGroup> all, CancellationToken cancellationToken) => Execute(
            connection, Mute, all, cancellationToken,
            new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = (object?)Until?.UtcDateTime ?? DBNull.Value },
            Sql.Value(By.Reason));

    public override object After(LockedGroup group) =>
        new { MutedUntil = Until, MuteReason = Until is null ? null : By.Reason };

    private static DateTimeOffset? ReadUntil(JsonElement body, DateTimeOffset now, List<FieldError> errors)
    {
        if (!body.TryGetProperty("until", out var value))
        {
            errors.Add(new FieldError("until", "required", "until is required; null ends the mute."));
            return null;
        }

        if (value.ValueKind == JsonValueKind.Null)
            return null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : "";
        var until = ListParameters.ReadTime(text, "until", errors);
        if (until <= now || until > now.AddDays(MaxDays))
            errors.Add(new FieldError("until", "range", $"until must lie in the future, {MaxDays} days away at most."));
        return until;
    }
}
