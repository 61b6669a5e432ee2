namespace Payments.Orchestrator.Routing;

/// <summary>The words of <see cref="Contracts.RouteChoice"/>.</summary>
internal static class RouteWords
{
    // Causes.
    public const string FirstChoice = "first_choice";
    public const string NotAttempted = "not_attempted";
    public const string SoftDecline = "soft_decline";

    // Standings.
    public const string Chosen = "chosen";
    public const string InReserve = "in_reserve";
    public const string TriedBefore = "tried_before";
    public const string NoCredential = "no_credential";
    public const string TokenSingleUse = "token_single_use";

    // Why none was chosen.
    public const string NoRule = "no_rule";
    public const string NoneUsable = "none_usable";
    public const string NoneLeft = "none_left";
    public const string NoFailoverOnSoftDecline = "no_failover_on_soft_decline";
    public const string TurnedBack = "turned_back";
    public const string Parked = "parked";
}
