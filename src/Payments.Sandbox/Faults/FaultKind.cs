using System.Text.Json.Serialization;

namespace Payments.Sandbox.Faults;

/// <summary>What goes wrong, by the name it has over HTTP and in <c>payctl sandbox fault</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
internal enum FaultKind
{
    /// <summary>Done; the connection is reset instead of an answer.</summary>
    [JsonStringEnumMemberName("response-lost")]
    ResponseLost,

    /// <summary>Nothing is done; the connection is reset.</summary>
    [JsonStringEnumMemberName("charge-lost")]
    ChargeLost,

    /// <summary>The connection is reset at once, and the request done some seconds later.</summary>
    [JsonStringEnumMemberName("late-success")]
    LateSuccess,

    /// <summary>Done; the answer begins some seconds later.</summary>
    [JsonStringEnumMemberName("slow-start")]
    SlowStart,

    /// <summary>Done; half of the answer's body comes at once, the rest some seconds later.</summary>
    [JsonStringEnumMemberName("slow-body")]
    SlowBody,

    /// <summary>Done; the connection is reset in the middle of the answer's body.</summary>
    [JsonStringEnumMemberName("reset")]
    Reset,

    /// <summary>Writes only: done; HTTP 500 is answered, and saved under the key where there is one.</summary>
    [JsonStringEnumMemberName("saved-500")]
    Saved500,

    /// <summary>Nothing is done; the PSP's answer to too many requests, with <c>Retry-After</c>.</summary>
    [JsonStringEnumMemberName("rate-limit")]
    RateLimit,

    /// <summary>New payments only: done; every answer about the payment names one unit more.</summary>
    [JsonStringEnumMemberName("wrong-amount")]
    WrongAmount,

    /// <summary>A webhook is sent twice.</summary>
    [JsonStringEnumMemberName("duplicate-webhook")]
    DuplicateWebhook,

    /// <summary>For some seconds every request gets 503 with <c>Retry-After</c>; nothing is done.</summary>
    [JsonStringEnumMemberName("maintenance")]
    Maintenance,
}
