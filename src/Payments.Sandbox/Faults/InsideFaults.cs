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

    /// <summary>The refusal that was ordered for this request, or the account's next one.</summary>
    public static RequestFault? RefusalOf(HttpContext context, AccountFaults faults, string account) =>
        (context.Items[typeof(InsideFaults)] as InsideFaults)?.Refusal ?? faults.Next(account);

    private TokenFault? Meet(bool isCreate) =>
        rules.Meet(account, isAbout, f => f == FaultKind.Saved500 || (isCreate && f == FaultKind.WrongAmount))?.Kind switch
        {
            FaultKind.Saved500 => TokenFault.DoneButError,
            FaultKind.WrongAmount => TokenFault.WrongAmount,
            _ => null,
        };
}
