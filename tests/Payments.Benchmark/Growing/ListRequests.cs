namespace Payments.Benchmark.Growing;

/// <summary>What a query is about.</summary>
/// <param name="PaymentId">A payment.</param>
/// <param name="MerchantId">Its merchant.</param>
/// <param name="To">Just after it was accepted.</param>
/// <param name="From">When one was accepted that is some places before it; many may share a moment.</param>
internal sealed record Sample(string PaymentId, string MerchantId, DateTimeOffset To, DateTimeOffset From);

/// <summary>What is asked of the API, by the name it is reported under.</summary>
internal static class ListRequests
{
    /// <summary>So few that the smallest tables fill each page too: a page of more rows is more work.</summary>
    public const int Limit = 10;

    private const string Path = "/v1/payments";

    public static readonly IReadOnlyList<(string Name, Func<Sample, string> Address)> All =
    [
        ("GET /v1/payments/{id}", s => $"{Path}/{s.PaymentId}"),
        ("list newest", s => List("")),
        ("list by state", s => List("&state=Failed")),
        ("list by merchant", s => List($"&merchant={s.MerchantId}")),
        ("list by merchant and state", s => List($"&merchant={s.MerchantId}&state=Failed")),
        ("list by time", s => List($"&from={Time(s.From)}&to={Time(s.To)}")),
        ("list by merchant before a time", s => List($"&merchant={s.MerchantId}&to={Time(s.To)}")),
        ("list by state before a time", s => List($"&state=Completed&to={Time(s.To)}")),
        ("list by merchant, state, no hit", s => List($"&merchant={s.MerchantId}&state=Parked")),
    ];

    private static string List(string filter) => $"{Path}?limit={Limit}{filter}";

    private static string Time(DateTimeOffset time) =>
        Uri.EscapeDataString(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"));
}
