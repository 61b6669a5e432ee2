using System.Text.Json.Serialization;

namespace Payments.Contracts;

/// <summary>What happens to a payment's other orders when one of them fails.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FulfilmentPolicy>))]
public enum FulfilmentPolicy
{
    /// <summary>Every order is paid or none: authorize all, then capture all; what was done is undone.</summary>
    AllOrNothing,

    /// <summary>Each order stands alone; the payment ends <c>PartiallyCompleted</c> when some fail.</summary>
    BestEffort,
}
