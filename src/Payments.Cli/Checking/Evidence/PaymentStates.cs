namespace Payments.Cli.Checking.Evidence;

/// <summary>The saga's states and orders' statuses, as far as the invariants name them.</summary>
internal static class PaymentStates
{
    public const string Completed = "Completed";
    public const string PartiallyCompleted = "PartiallyCompleted";
    public const string Failed = "Failed";
    public const string Rejected = "Rejected";
    public const string Parked = "Parked";

    /// <summary>The status of an order that is paid.</summary>
    public const string Recorded = "Recorded";

    public static bool IsTerminal(string state) => state is Completed or PartiallyCompleted or Failed or Rejected;

    /// <summary>An order that is paid, or ended without money.</summary>
    public static bool HasEnded(string status) =>
        status is Recorded or "Declined" or "NotAttempted" or "Voided" or "Refunded";
}
