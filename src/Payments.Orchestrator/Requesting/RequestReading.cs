using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>What a body turned out to be: a <see cref="ValidRequest"/> or a <see cref="BrokenRequest"/>.</summary>
internal abstract record RequestReading
{
    private protected RequestReading()
    {
    }

    /// <summary>The payment it names; null when that cannot be read.</summary>
    public Ulid? PaymentId { get; init; }

    public string? MerchantId { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>Tells the same request from another one; see <see cref="RequestDocument"/>.</summary>
    public required byte[] Hash { get; init; }
}

/// <summary>A request that keeps every rule. Its tokens are still plain.</summary>
internal sealed record ValidRequest(PaymentRequested Request, IReadOnlyList<ExtraField> Extras) : RequestReading;

/// <summary>A request that breaks rules.</summary>
internal sealed record BrokenRequest(IReadOnlyList<FieldError> Errors) : RequestReading;
