namespace Payments.Orchestrator.Paying;

/// <summary>How long each state waits, and for what. No single wait is longer than 48 hours; longer ones re-arm.</summary>
internal static class PaymentDeadlines
{
    /// <summary>Firings of <c>Resolving</c> (about 30 s) after which best effort credits the orders that are certain.</summary>
    public const int PatienceFirings = 4;

    /// <summary>An operation not begun by then is not begun at all.</summary>
    public static readonly TimeSpan NotAfter = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A capture may wait out an outage: an uncaptured authorization lives 7 days (Stripe's default), less 24 hours.
    /// </summary>
    public static readonly TimeSpan CaptureNotAfter = TimeSpan.FromDays(6);

    /// <summary>Longer than the executor's tries together (20 s) and a lease (30 s).</summary>
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Reminder = TimeSpan.FromHours(24);

    /// <summary>When to ask about an operation in doubt: its first look, then further apart, for about four days.</summary>
    private static readonly TimeSpan[] Looks =
    [
        TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(15),
        TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1),
        TimeSpan.FromHours(4), TimeSpan.FromHours(12), TimeSpan.FromHours(24), TimeSpan.FromHours(48),
    ];

    /// <summary>How long the state waits the next time; null when it has waited long enough.</summary>
    /// <param name="state">The state's name.</param>
    /// <param name="firings">How often its deadline was reached already.</param>
    public static TimeSpan? Wait(string state, int firings) => state switch
    {
        nameof(PaymentStateMachine.Authorizing) or nameof(PaymentStateMachine.Capturing)
            or nameof(PaymentStateMachine.Aborting) => Answer,
        nameof(PaymentStateMachine.Resolving) => firings < Looks.Length ? Looks[firings] : null,
        nameof(PaymentStateMachine.Voiding) or nameof(PaymentStateMachine.Refunding) =>
            firings == 0 ? Answer : firings <= Looks.Length ? Looks[firings - 1] : null,
        nameof(PaymentStateMachine.Parked) => Reminder,
        _ => firings switch { 0 => Answer, 1 => Answer * 5, 2 => Answer * 30, _ => null },
    };

    /// <summary>What the state waits for, in words.</summary>
    public static string WaitsFor(string state) => state switch
    {
        nameof(PaymentStateMachine.Authorizing) => "the PSP's answers to the authorizations",
        nameof(PaymentStateMachine.Capturing) => "the PSP's answers to the captures",
        nameof(PaymentStateMachine.Aborting) => "the PSP's outstanding answers, before anything is undone",
        nameof(PaymentStateMachine.Resolving) => "certainty about operations in doubt",
        nameof(PaymentStateMachine.Crediting) => "the wallets to credit the sellers",
        nameof(PaymentStateMachine.Recording) => "the ledger to record the captures",
        nameof(PaymentStateMachine.ReversingWallets) => "the wallets to take credits back",
        nameof(PaymentStateMachine.ReversingJournal) => "the ledger to record the captures as unallocated",
        nameof(PaymentStateMachine.Voiding) => "the PSP to release what it holds",
        nameof(PaymentStateMachine.Refunding) => "the PSP to give back what it took",
        nameof(PaymentStateMachine.RecordingRefund) => "the ledger to record the refunds",
        nameof(PaymentStateMachine.Parked) => "a person",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Nothing is waited for in this state."),
    };
}
