namespace Payments.Executor.Psp;

/// <summary>What came back, whole. Never logged: a body may name the token.</summary>
internal sealed record PspResponse
{
    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>All response headers, names without regard to case, several values joined by a comma.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>From <c>Retry-After</c>, in either of its forms; never negative.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public override string ToString() => $"HTTP {Status}";
}
