using Microsoft.Extensions.Options;

namespace Payments.Sandbox.Faults;

internal static class FaultEndpoints
{
    public static void MapFaults(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sandbox/accounts/{account}/faults", (
            string account, AccountFaults faults, IOptions<SandboxOptions> options) =>
            options.Value.Accounts.ContainsKey(account) ? Results.Ok(faults[account]) : UnknownAccount(account));
        routes.MapPut("/sandbox/accounts/{account}/faults", PutAsync);
        routes.MapDelete("/sandbox/accounts/{account}/faults", (
            string account,
            AccountFaults faults,
            AccountListeners listeners,
            IOptions<SandboxOptions> options,
            CancellationToken cancellationToken) =>
                PutAsync(account, new FaultSettings(), faults, listeners, options, cancellationToken));
    }

    private static async Task<IResult> PutAsync(
        string account,
        FaultSettings settings,
        AccountFaults faults,
        AccountListeners listeners,
        IOptions<SandboxOptions> options,
        CancellationToken cancellationToken)
    {
        if (!options.Value.Accounts.ContainsKey(account))
            return UnknownAccount(account);
        if (settings.Status is < 400 or > 599 || settings.Count < 0 || settings.RateLimited < 0)
            return Results.Problem(
                "status must be from 400 to 599, count and rateLimited not negative.", statusCode: 400);
        if (settings.Webhooks is { DelaySeconds: not (>= 0 and <= 3600) })
            return Results.Problem("webhooks.delaySeconds must be from 0 to 3600.", statusCode: 400);
        var hasPort = listeners.PortOf(account) is not null;
        if (settings.Refuse && !hasPort)
        {
            return Results.Problem(
                $"{account} has no listener of its own to close; set Sandbox:Accounts:{account}:Port.",
                statusCode: 409);
        }

        faults[account] = settings;
        if (settings.Refuse)
            await listeners.CloseAsync(account);
        else if (hasPort)
            await listeners.OpenAsync(account, cancellationToken);
        return Results.Ok(settings);
    }

    private static IResult UnknownAccount(string account) =>
        Results.Problem($"There is no account {account}.", statusCode: 404);
}
