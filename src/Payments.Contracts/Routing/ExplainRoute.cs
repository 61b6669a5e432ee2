namespace Payments.Contracts;

/// <summary>
/// Request: which connections would this payment's orders take now? Nothing is kept and nobody is charged. Answered by
/// <see cref="RouteExplained"/> or <see cref="RouteNotExplained"/>.
/// </summary>
public sealed record ExplainRoute
{
    /// <summary>A <see cref="PaymentRequested"/> as JSON text, its tokens masked: the answer does not depend on them.</summary>
    public required string Request { get; init; }
}

/// <summary>Response, and the body of the answer to <c>POST /v1/routes/explain</c>.</summary>
public sealed record RouteExplained
{
    /// <summary>The shares are drawn by payment and order id: another id may take another route.</summary>
    public required Ulid PaymentId { get; init; }

    /// <summary>One per order.</summary>
    public required IReadOnlyList<RouteChoice> Orders { get; init; }
}

/// <summary>Response: the request breaks rules, as the front door would find.</summary>
public sealed record RouteNotExplained
{
    public required IReadOnlyList<FieldError> Errors { get; init; }
}
