namespace Payments.Contracts;

/// <summary>Command: authorize and capture in one PSP call (a sale). Answered as <see cref="CaptureOrder"/> and <see cref="AuthorizeOrder"/> are.</summary>
public sealed record ChargeOrder
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    /// <summary><c>{PaymentId}/{OrderId}/charge/{n}</c>: n counts the routes tried.</summary>
    public required string OperationId { get; init; }

    /// <summary>The account at a PSP, for instance <c>stripe-a</c>.</summary>
    public required string Connection { get; init; }

    public required Money Amount { get; init; }

    /// <summary>The token is encrypted.</summary>
    public required Credential Credential { get; init; }

    public string? Description { get; init; }

    /// <summary>
    /// Another connection could take the order: rather than wait for this one's PSP to recover, answer
    /// <see cref="OrderNotAttempted"/>.
    /// </summary>
    public bool RouteLeft { get; init; }

    /// <summary>Database clock: an operation not begun by then is answered <see cref="OrderNotAttempted"/>.</summary>
    public required DateTimeOffset NotAfter { get; init; }
}

/// <summary>Command: reserve the amount at the PSP.</summary>
public sealed record AuthorizeOrder
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    /// <summary><c>{PaymentId}/{OrderId}/authorize/{n}</c>: n counts the routes tried.</summary>
    public required string OperationId { get; init; }

    public required string Connection { get; init; }

    public required Money Amount { get; init; }

    /// <summary>The token is encrypted.</summary>
    public required Credential Credential { get; init; }

    public string? Description { get; init; }

    /// <summary>
    /// Another connection could take the order: rather than wait for this one's PSP to recover, answer
    /// <see cref="OrderNotAttempted"/>.
    /// </summary>
    public bool RouteLeft { get; init; }

    /// <summary>Database clock: an operation not begun by then is answered <see cref="OrderNotAttempted"/>.</summary>
    public required DateTimeOffset NotAfter { get; init; }
}

/// <summary>Command: take the authorized amount. Past the pivot: only a definitive refusal compensates.</summary>
public sealed record CaptureOrder
{
    public required Ulid PaymentId { get; init; }

    public required string OrderId { get; init; }

    /// <summary><c>{PaymentId}/{OrderId}/capture/{n}</c>.</summary>
    public required string OperationId { get; init; }

    public required string Connection { get; init; }

    /// <summary>The PSP's id of the authorization.</summary>
    public required string PspReference { get; init; }

    public required Money Amount { get; init; }

    /// <summary>Database clock: an operation not begun by then is answered <see cref="OrderNotAttempted"/>.</summary>
    public required DateTimeOffset NotAfter { get; init; }
}
