using Microsoft.Extensions.Options;
using Payments.Sandbox.Square;
using Payments.Sandbox.Stripe;

namespace Payments.Sandbox;

/// <summary>Leads a request to the PSP that its account belongs to.</summary>
internal sealed class PspServers(StripeServer stripe, SquareServer square, IOptions<SandboxOptions> options)
{
    /// <param name="context">The request.</param>
    /// <param name="account">The first segment of the path, or the listener's own account.</param>
    /// <param name="path">What follows, without a leading slash: what the PSP's own address would be asked for.</param>
    public Task HandleAsync(HttpContext context, string account, string path) =>
        options.Value.Accounts.GetValueOrDefault(account)?.Psp switch
        {
            "square" when path.StartsWith("v2/", StringComparison.Ordinal) =>
                square.HandleAsync(context, account, path[3..]),
            // An unknown account is a wrong key to Stripe.
            null or "stripe" when path.StartsWith("v1/", StringComparison.Ordinal) =>
                stripe.HandleAsync(context, account, path[3..]),
            _ => NotFound(context),
        };

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
