using Microsoft.Extensions.Options;
using Payments.Sandbox.Braintree;
using Payments.Sandbox.Stripe;

namespace Payments.Sandbox;

/// <summary>Gives each account the wire format of its PSP.</summary>
internal sealed class PspServers(StripeServer stripe, BraintreeServer braintree, IOptions<SandboxOptions> options)
{
    private const string StripePath = "v1/";

    /// <param name="context">The request.</param>
    /// <param name="account">The first segment of the path, or the listener's own account.</param>
    /// <param name="path">What follows the account.</param>
    public Task HandleAsync(HttpContext context, string account, string path)
    {
        switch (PspOf(account))
        {
            case "braintree" when path == "graphql":
                return braintree.HandleAsync(context, account);
            case "stripe" when path.StartsWith(StripePath, StringComparison.Ordinal):
                return stripe.HandleAsync(context, account, path[StripePath.Length..]);
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }

    // An account that nobody knows gets Stripe's refusal of its key.
    private string PspOf(string account) =>
        options.Value.Accounts.TryGetValue(account, out var settings) ? settings.Psp : "stripe";
}
