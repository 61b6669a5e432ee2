using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Problems;

namespace Payments.Operations.Handling;

/// <summary>A group of letters.</summary>
internal sealed record LockedGroup : IHandled<LockedGroup>
{
    private const string Read = """
        SELECT group_id, assignee, muted_until, mute_reason,
               EXISTS (SELECT FROM dead_letter l WHERE l.group_id = g.group_id AND l.state IN ('open', 'replaying'))
        FROM dead_letter_group g
        WHERE group_id = ANY ($1)
        ORDER BY group_id
        FOR UPDATE
        """;

    public static string Name => "group";

    public required Ulid Id { get; init; }

    public string? Assignee { get; init; }

    public DateTimeOffset? MutedUntil { get; init; }

    public string? MuteReason { get; init; }

    /// <summary>A letter of it is open or replaying.</summary>
    public required bool IsUnresolved { get; init; }

    public object Standing => new { Assignee, MutedUntil, MuteReason };

    public static async Task<IReadOnlyList<LockedGroup>> Lock(
        NpgsqlConnection connection, IReadOnlyList<Ulid> ids, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Read, connection)
        {
            Parameters = { Sql.Value(ids.Select(i => i.ToGuid()).ToArray()) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var groups = new List<LockedGroup>();
        while (await reader.ReadAsync(cancellationToken))
        {
            groups.Add(new LockedGroup
            {
                Id = Ulid.FromGuid(reader.GetGuid(0)),
                Assignee = reader.GetText(1),
                MutedUntil = reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2),
                MuteReason = reader.GetText(3),
                IsUnresolved = reader.GetBoolean(4),
            });
        }

        return groups;
    }

    public static ProblemHttpResult Unknown(Ulid id) => Refusal.DeadLetterGroupUnknown(id);
}
