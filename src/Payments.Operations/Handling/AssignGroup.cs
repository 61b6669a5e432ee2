using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Auditing;

namespace Payments.Operations.Handling;

/// <summary>Somebody works on it, or nobody any more.</summary>
internal sealed record AssignGroup(OperatorRequest By, string? Assignee) : Change<LockedGroup>(By)
{
    private const string Assign = "UPDATE dead_letter_group SET assignee = $2 WHERE group_id = ANY ($1)";

    public override string Action => "assign_group";

    /// <summary>Adds every broken rule to the errors.</summary>
    public static AssignGroup Read(JsonElement body, List<FieldError> errors)
    {
        string? assignee = null;
        if (!body.TryGetProperty("assignee", out var value) || value.ValueKind != JsonValueKind.Null)
            assignee = OperatorRequest.ReadName(body, "assignee", errors);
        var by = OperatorRequest.ReadName(body, "requestedBy", errors);
        // Who works on something needs no reason; where there is one it is recorded.
        var reason = body.TryGetProperty("reason", out _) ? OperatorRequest.ReadReason(body, errors) : "";
        return new AssignGroup(new OperatorRequest(by, reason), assignee);
    }

    public override Task<ProblemHttpResult?> Apply(
        NpgsqlConnection connection, IReadOnlyList<LockedGroup> all, CancellationToken cancellationToken) =>
        Execute(connection, Assign, all, cancellationToken, Sql.Text(Assignee));

    public override object After(LockedGroup group) => new { Assignee };
}
