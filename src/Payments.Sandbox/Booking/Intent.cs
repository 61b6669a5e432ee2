namespace Payments.Sandbox.Booking;

/// <summary>
/// A payment intent with its charge and refunds. Amounts as on the wire. Changed under the book's lock only.
/// </summary>
internal sealed class Intent
{
    public required long Sequence { get; init; }

    public required string Account { get; init; }

    public required string Id { get; init; }

    public required string Currency { get; init; }

    public required long Amount { get; init; }

    /// <summary>Captured by a call of its own.</summary>
    public required bool IsManual { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long Created { get; init; }

    public required string Status { get; set; }

    public string? PaymentMethod { get; init; }

    public string? Description { get; init; }

    public Dictionary<string, string> Metadata { get; init; } = [];

    /// <summary>Null until the intent was confirmed.</summary>
    public string? ChargeId { get; set; }

    /// <summary>What was ever held or charged; 0 after a decline.</summary>
    public long Authorized { get; set; }

    public long Capturable { get; set; }

    public long Captured { get; set; }

    /// <summary>At a PSP that gives a payment back only after its settlement.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Every rendering of it names one unit more than was charged: a fault that was ordered.</summary>
    public bool EchoesWrongAmount { get; init; }

    public long? CanceledAt { get; set; }

    public string? CancellationReason { get; set; }

    public string? ErrorCode { get; set; }

    public string? DeclineCode { get; set; }

    public string? CreateKey { get; init; }

    public string? CaptureKey { get; set; }

    public string? CancelKey { get; set; }

    public List<Refund> Refunds { get; init; } = [];

    /// <summary>Captures, voids and refunds, at a PSP that takes them in first and does them later.</summary>
    public List<Modification> Modifications { get; init; } = [];

    public long Refunded => Refunds.Where(r => r.Status is "succeeded" or "pending").Sum(r => r.Amount);

    /// <summary>Holds what is authorized, or takes it at once.</summary>
    /// <param name="authorized">Where it is not the whole amount.</param>
    public void Approve(long? authorized = null)
    {
        Authorized = authorized ?? Amount;
        Status = IsManual ? "requires_capture" : "succeeded";
        Capturable = IsManual ? Authorized : 0;
        Captured = IsManual ? 0 : Authorized;
    }

    /// <summary>In the PSP's own words.</summary>
    public void Decline(string? code, string? declineCode)
    {
        Status = "requires_payment_method";
        ErrorCode = code;
        DeclineCode = declineCode;
    }

    /// <summary>Holds nothing any more.</summary>
    /// <param name="at">Unix seconds.</param>
    /// <param name="key">Of the call that asked for it.</param>
    /// <param name="reason">In the PSP's own word, where it has one.</param>
    public void Cancel(long at, string? key = null, string? reason = null)
    {
        Status = "canceled";
        Capturable = 0;
        CanceledAt = at;
        CancelKey = key;
        CancellationReason = reason;
    }
}

/// <summary>A refund of an intent. The amount as on the wire.</summary>
internal sealed class Refund
{
    public required string Id { get; init; }

    public required long Amount { get; init; }

    public required string Status { get; set; }

    /// <summary>Unix seconds.</summary>
    public required long Created { get; init; }

    public string? Reason { get; init; }

    public string? FailureReason { get; init; }

    public Dictionary<string, string> Metadata { get; init; } = [];

    public string? Key { get; init; }
}

/// <summary>Something asked of a payment that the PSP does after it has answered. The amount as on the wire.</summary>
internal sealed class Modification
{
    public required string Id { get; init; }

    /// <summary>The PSP's own word for the event that tells of it.</summary>
    public required string Kind { get; init; }

    /// <summary>The client's own reference of it.</summary>
    public string? Reference { get; init; }

    public required long Amount { get; init; }

    public required string Currency { get; init; }

    public string? Key { get; init; }

    /// <summary>Whether it is done, or refused for good.</summary>
    public bool IsSettled { get; set; }
}
