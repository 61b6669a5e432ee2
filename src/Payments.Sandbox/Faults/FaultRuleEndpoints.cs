using Microsoft.Extensions.Options;

namespace Payments.Sandbox.Faults;

/// <summary><c>/sandbox/faults</c>: what <c>payctl sandbox fault</c> calls.</summary>
internal static class FaultRuleEndpoints
{
    private const double MostSeconds = 3600;

    public static void MapFaultRules(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sandbox/faults", (FaultRules rules) => Results.Ok(new FaultPage(rules.All)));
        routes.MapPost("/sandbox/faults", (FaultOrder order, FaultRules rules, IOptions<SandboxOptions> options) =>
            Wrong(order, options.Value) is { } wrong
                ? Results.Problem(wrong, statusCode: 400)
                : Results.Ok(rules.Add(order)));
        routes.MapDelete("/sandbox/faults", (string? account, string? psp, FaultRules rules) => Results.Ok(new Cleared(
            rules.Clear(r => (account is null || r.Account == account) && (psp is null || r.Psp == psp)))));
        routes.MapDelete("/sandbox/faults/{id:int}", (int id, FaultRules rules) =>
            rules.Clear(r => r.Id == id) == 0
                ? Results.Problem($"There is no fault {id}.", statusCode: 404)
                : Results.Ok(new Cleared(1)));
    }

    /// <summary>A sentence; null where nothing is.</summary>
    private static string? Wrong(FaultOrder order, SandboxOptions options)
    {
        if (order.Fault is not { } fault)
            return "fault is missing.";
        if (order.Account is { } account && !options.Accounts.ContainsKey(account))
            return $"There is no account {account}; there are {string.Join(", ", options.Accounts.Keys.Order())}.";
        if (order.Psp is { } psp && options.Accounts.Values.All(a => a.Psp != psp))
            return $"There is no account of {psp}.";
        if (order is { Account: not null, Psp: not null })
            return "A fault is of an account or of a PSP, not of both.";
        if (order is { Token: not null, Fault: FaultKind.DuplicateWebhook })
            return "A webhook is not told by its token: duplicate-webhook takes none.";
        if (!(order.Probability is > 0 and <= 1))
            return "probability must be above 0 and at most 1.";
        if (order.Count is < 1)
            return "count must be at least 1.";
        if (order.Seconds is { } seconds)
        {
            if (fault is not (FaultKind.LateSuccess or FaultKind.SlowStart or FaultKind.SlowBody or FaultKind.Maintenance))
                return "seconds is of what is slow, late or a window.";
            if (!(seconds is >= 0 and <= MostSeconds))
                return $"seconds must be from 0 to {MostSeconds}.";
        }

        if (order.RetryAfterSeconds is { } retryAfter)
        {
            if (fault is not (FaultKind.RateLimit or FaultKind.Maintenance))
                return "retryAfterSeconds is of rate-limit and maintenance.";
            if (retryAfter is < 0 or > (int)MostSeconds)
                return $"retryAfterSeconds must be from 0 to {MostSeconds}.";
        }

        return null;
    }

    private sealed record FaultPage(IReadOnlyList<FaultRule> Data);

    private sealed record Cleared(int Count);
}
