namespace Payments.Contracts;

/// <summary>Why an order goes to this connection and to no other: the rule, and what became of each connection.</summary>
public sealed record RouteChoice
{
    public required string OrderId { get; init; }

    /// <summary>
    /// What made the choice necessary: <c>first_choice</c>, or the failover's <c>not_attempted</c> or <c>soft_decline</c>.
    /// </summary>
    public required string Cause { get; init; }

    /// <summary>Failover only: the reason that the attempt before ended with, snake_case.</summary>
    public string? After { get; init; }

    /// <summary>The connection chosen; null when none is.</summary>
    public string? Connection { get; init; }

    /// <summary>
    /// Where none is chosen: <c>no_rule</c>, <c>none_usable</c> (all are left out), <c>none_left</c> (all others were
    /// tried), <c>no_failover_on_soft_decline</c>, <c>turned_back</c> or <c>parked</c>.
    /// </summary>
    public string? NoneBecause { get; init; }

    /// <summary>The rule that matched, for instance <c>rule 2 (any currency, country DE, any method)</c>.</summary>
    public string? Rule { get; init; }

    /// <summary>The rule's connections, in the order in which they are tried.</summary>
    public required IReadOnlyList<RouteCandidate> Candidates { get; init; }

    /// <summary>The same for people.</summary>
    public string Sentence => RouteSentence.Of(this);
}

/// <summary>A connection that the rule names, and what became of it.</summary>
public sealed record RouteCandidate
{
    public required string Connection { get; init; }

    public required string Psp { get; init; }

    /// <summary>Relative to the others; 0 serves only as a fallback.</summary>
    public required int Share { get; init; }

    /// <summary>
    /// <c>chosen</c>, <c>in_reserve</c>, or why it was left out: <c>tried_before</c>, <c>no_credential</c>,
    /// <c>token_single_use</c>.
    /// </summary>
    public required string Standing { get; init; }

    /// <summary>Its breaker is not closed: it stands behind all that are healthy.</summary>
    public bool Unhealthy { get; init; }
}
