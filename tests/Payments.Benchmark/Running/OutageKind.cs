namespace Payments.Benchmark.Running;

/// <summary>How a PSP is ill.</summary>
internal enum OutageKind
{
    /// <summary>Every request gets 503 with <c>Retry-After</c>, and nothing is done.</summary>
    Refusing,

    /// <summary>Every request is done, and none is answered before our own limits end the call.</summary>
    Silent,
}
