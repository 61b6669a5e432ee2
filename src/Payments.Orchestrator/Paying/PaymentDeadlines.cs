namespace Payments.Orchestrator.Paying;

/// <summary>
/// How long each state waits, and for what. Who waits for a PSP to become certain waits by the PSP's timetable, see
/// <see cref="ResolutionTimetables"/>.
/// </summary>
internal static class PaymentDeadlines
{
    /// <summary>No single wait is longer; a longer one arms again.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(48);

    /// <summary>How long best effort resolves before it credits the orders that are certain.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>An operation not begun by then is not begun at all.</summary>
    public static readonly TimeSpan NotAfter = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A capture may wait out an outage: an uncaptured authorization lives 7 days (Stripe's default), less 24 hours.
    /// </summary>
    public static readonly TimeSpan CaptureNotAfter = TimeSpan.FromDays(6);

    /// <summary>Longer than the executor's tries together (20 s) and a lease (30 s).</summary>
    public static readonly TimeSpan Answer = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Reminder = TimeSpan.FromHours(24);

    /// <summary>Whether the state asks by the PSPs' timetables; the undo states after their first deadline.</summary>
    public static bool FollowsTimetables(string state) =>
        state is nameof(PaymentStateMachine.Resolving) or nameof(PaymentStateMachine.Voiding) or nameof(PaymentStateMachine.Refunding);

    /// <summary>
    /// How long the state waits the next time; null when it has waited long enough, or the PSPs' timetables decide.
    /// </summary>
    /// <param name="state">The state's name.</param>
    /// <param name="firings">How often its deadline was reached already.</param>
    public static TimeSpan? Wait(string state, int firings) => state switch
    {
        nameof(PaymentStateMachine.Authorizing) or nameof(PaymentStateMachine.Capturing)
            or nameof(PaymentStateMachine.Aborting) => Answer,
        nameof(PaymentStateMachine.Resolving) => null,
        nameof(PaymentStateMachine.Voiding) or nameof(PaymentStateMachine.Refunding) => firings == 0 ? Answer : null,
        nameof(PaymentStateMachine.Parked) => Reminder,
        _ => firings switch { 0 => Answer, 1 => Answer * 5, 2 => Answer * 30, _ => null },
    };

    /// <summary>What is waited for once a refund was refused for now, in words.</summary>
    /// <param name="reason">The refusal's, snake_case.</param>
    public static string WaitsForRetry(string reason) => $"the PSP to give back what it refuses for now ({reason})";

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
