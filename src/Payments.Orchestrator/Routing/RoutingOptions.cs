namespace Payments.Orchestrator.Routing;

/// <summary>Which accounts at PSPs take which payments; bound from the section <c>Routing</c>. The first matching rule decides.</summary>
internal sealed class RoutingOptions
{
    public const string Section = "Routing";

    /// <summary>The accounts at PSPs, by name.</summary>
    public Dictionary<string, ConnectionOptions> Connections { get; } = [];

    public List<RuleOptions> Rules { get; } = [];

    /// <summary>
    /// How long a breaker that is not closed counts after it was heard of, in seconds. Nobody is sent to an unhealthy
    /// connection as long as another is left, so no call would ever close its breaker: after this time it is tried again.
    /// Longer than the breaker stays open by itself (10 s).
    /// Default 30, range 1 to 3600.
    /// </summary>
    public int UnhealthySeconds { get; set; } = 30;
}

internal sealed class ConnectionOptions
{
    /// <summary>The PSP whose tokens it takes, for instance <c>stripe</c>.</summary>
    public string Psp { get; set; } = "";
}

internal sealed class RuleOptions
{
    /// <summary>ISO 4217 code, or <c>*</c>. Default: any.</summary>
    public string Currency { get; set; } = RoutingTable.Any;

    /// <summary>ISO 3166-1 alpha-2 code of the issuer's country, or <c>*</c>. Default: any.</summary>
    public string Country { get; set; } = RoutingTable.Any;

    /// <summary>The payment method's type, or <c>*</c>. Default: any.</summary>
    public string Method { get; set; } = RoutingTable.Any;

    /// <summary>Connection to share: whole numbers, relative to each other. A share of 0 serves only as a fallback.</summary>
    public Dictionary<string, int> Shares { get; } = [];

    /// <summary>Whether a soft decline may be tried again at another connection. Default: no.</summary>
    public bool FailoverOnSoftDecline { get; set; }
}
