using System.Globalization;

namespace Payments.Sandbox.Faults;

/// <summary>What a request meets inside the PSP. A server asks at the two places where its own PSP decides.</summary>
internal sealed class InsideFaults(FaultRules rules, string account, Func<string, bool> isAbout)
{
    /// <summary>Answered before anything is done or saved; null for none.</summary>
    public RequestFault? Refusal { get; set; }

    /// <summary>What a new write meets; none where nobody ordered anything.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isCreate">Whether it makes a payment.</param>
    public static TokenFault? Of(HttpContext context, bool isCreate) =>
        (context.Items[typeof(InsideFaults)] as InsideFaults)?.Meet(isCreate);

    /// <summary>
    /// The HTTP status of the refusal that was ordered for this request, or of the account's next one; null for none. Its
    /// <c>Retry-After</c>, which is the same at each PSP, is in the response already.
    /// </summary>
    public static int? RefusalOf(HttpContext context, AccountFaults faults, string account)
    {
        var refusal = (context.Items[typeof(InsideFaults)] as InsideFaults)?.Refusal ?? faults.Next(account);
        if (refusal?.RetryAfterSeconds is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return refusal?.Status;
    }

    private TokenFault? Meet(bool isCreate) =>
        rules.Meet(account, isAbout, f => f == FaultKind.Saved500 || (isCreate && f == FaultKind.WrongAmount))?.Kind switch
        {
            FaultKind.Saved500 => TokenFault.DoneButError,
            FaultKind.WrongAmount => TokenFault.WrongAmount,
            _ => null,
        };
}
