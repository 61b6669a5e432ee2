namespace Payments.Sandbox.Stripe;

/// <summary>A request after authentication.</summary>
/// <param name="Account">Whose key it bears.</param>
/// <param name="Method">GET or POST.</param>
/// <param name="Segments">The path after <c>/v1/</c>.</param>
/// <param name="Fields">Of the body for POST, of the query for GET.</param>
/// <param name="Key">The idempotency key of a POST.</param>
internal sealed record StripeCall(string Account, string Method, string[] Segments, FormFields Fields, string? Key)
{
    public string Path => "/v1/" + string.Join('/', Segments);
}
