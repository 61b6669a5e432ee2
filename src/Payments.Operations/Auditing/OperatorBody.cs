using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Payments.Contracts;
using Payments.Operations.Problems;
using Payments.Operations.Querying;

namespace Payments.Operations.Auditing;

/// <summary>What an operator sends: the id in the address, and a JSON object.</summary>
internal static class OperatorBody
{
    /// <param name="id">Null where the address has none.</param>
    /// <param name="request">Its body.</param>
    /// <param name="read">Makes something of the body that lasts; adds every broken rule to the errors.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="free">A member that may hold digits of its own.</param>
    public static async Task<(Ulid Id, T? Sent, ProblemHttpResult? Refusal)> Read<T>(
        string? id, HttpRequest request, Func<JsonElement, List<FieldError>, T?> read, CancellationToken cancellationToken,
        string? free = null)
        where T : class
    {
        var errors = new List<FieldError>();
        var known = default(Ulid);
        if (id is not null && Identifiers.ReadPaymentId(id, "id", out known) is { } malformed)
            errors.Add(malformed);
        var (body, refusal) = await JsonBody.Read(request, cancellationToken, free);
        using (body)
        {
            if (body is null)
                return (known, null, refusal);
            var sent = read(body.Root, errors);
            return errors.Count > 0 ? (known, null, Refusal.Invalid(errors)) : (known, sent, null);
        }
    }
}
