using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Payments.Contracts;
using Payments.Messaging;
using Payments.Operations.Auditing;

namespace Payments.Operations.Handling;

/// <summary>An operator writes something to a letter or a group; its text is the reason that is recorded.</summary>
internal sealed partial record AddNote<T>(Ulid NoteId, OperatorRequest By, string? Link) : Change<T>(By)
    where T : IHandled<T>
{
    private const int MaxTextLength = 2000;
    private const int MaxLinkLength = 2000;

    private static readonly string Insert = $"""
        INSERT INTO dead_letter_note (note_id, {T.Name}_id, text, link, written_by)
        SELECT $2, id, $3, $4, $5 FROM unnest($1) AS noted (id)
        """;

    public override string Action => $"note_{T.Name}";

    /// <summary>Adds every broken rule to the errors.</summary>
    public static AddNote<T> Read(JsonElement body, List<FieldError> errors)
    {
        var by = OperatorRequest.ReadName(body, "requestedBy", errors);
        var text = ReadText(body, errors);
        return new AddNote<T>(Ulid.NewUlid(), new OperatorRequest(by, text), ReadLink(body, errors));
    }

    public override Task<ProblemHttpResult?> Apply(
        NpgsqlConnection connection, IReadOnlyList<T> all, CancellationToken cancellationToken) => Execute(
            connection, Insert, all, cancellationToken, Sql.Value(NoteId.ToGuid()), Sql.Value(By.Reason), Sql.Text(Link),
            Sql.Value(By.RequestedBy));

    public override object After(T it) => new { NoteId, Text = By.Reason, Link };

    private static string ReadText(JsonElement body, List<FieldError> errors)
    {
        var text = body.TryGetProperty("text", out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";
        if (string.IsNullOrWhiteSpace(text))
            errors.Add(new FieldError("text", "required", "text is required."));
        else if (text.Length > MaxTextLength || text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
            errors.Add(new FieldError("text", "format", $"text must be up to {MaxTextLength} characters, without control characters."));
        return text;
    }

    private static string? ReadLink(JsonElement body, List<FieldError> errors)
    {
        if (!body.TryGetProperty("link", out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        var link = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        var isAddress = Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
        if (link.Length > MaxLinkLength || link.Any(char.IsControl) || !(isAddress || IssueKey().IsMatch(link)))
        {
            errors.Add(new FieldError(
                "link", "format",
                $"link must be an absolute http or https address of up to {MaxLinkLength} characters, or the key of an issue, such as PAY-42."));
        }

        return link;
    }

    [GeneratedRegex(@"\A[A-Z][A-Z0-9_]{0,31}-[0-9]{1,12}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IssueKey();
}
