using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Payments.Executor.Tests.Psp.PayPal;

/// <summary>PayPal's address on a real socket, where each test says what the token's endpoint and the rest answer.</summary>
internal sealed class PayPalStandIn : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<string> _bearers = [];
    private readonly Task _loop;
    private int _tokenRequests;

    private PayPalStandIn(int port)
    {
        Address = new Uri($"http://127.0.0.1:{port}/");
        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _loop = LoopAsync();
    }

    public Uri Address { get; }

    public int TokenRequests => _tokenRequests;

    /// <summary>What the requests proper were authorized with, in order.</summary>
    public IReadOnlyList<string> Bearers => [.. _bearers];

    /// <summary>What the token's endpoint answers the n-th time, from 1. Default: a token of that number, for 1000 s.</summary>
    public Func<int, Task<(int Status, string Body)>> GiveToken { get; set; } = n => Task.FromResult((200, Token(n)));

    /// <summary>What the token's endpoint says in <c>Retry-After</c>; null for nothing.</summary>
    public string? RetryAfter { get; set; }

    /// <summary>What a request proper with this token is answered. Default: a decline.</summary>
    public Func<string, Task<(int Status, string Body)>> Answer { get; set; } = _ => Task.FromResult((422, Declined));

    public static string Declined => PayPalResponses.Error("UNPROCESSABLE_ENTITY", "INSTRUMENT_DECLINED");

    public static string Token(int number, int seconds = 1000) =>
        $$"""{"access_token":"token-{{number}}","token_type":"Bearer","expires_in":{{seconds}} }""";

    public static PayPalStandIn Start()
    {
        while (true)
        {
            try
            {
                return new PayPalStandIn(Random.Shared.Next(20_000, 32_000));
            }
            catch (HttpListenerException)
            {
                // The port is taken.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    private async Task LoopAsync()
    {
        List<Task> answers = [];
        try
        {
            while (true)
                answers.Add(AnswerAsync(await _listener.GetContextAsync()));
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }

        await Task.WhenAll(answers);
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var authorization = context.Request.Headers["Authorization"] ?? "";
        var isToken = context.Request.Url!.AbsolutePath == "/v1/oauth2/token";
        if (!isToken)
            _bearers.Enqueue(authorization);
        var (status, body) = isToken
            ? await GiveToken(Interlocked.Increment(ref _tokenRequests))
            : await Answer(authorization["Bearer ".Length..]);
        try
        {
            context.Response.StatusCode = status;
            if (isToken && RetryAfter is not null)
                context.Response.Headers["Retry-After"] = RetryAfter;
            context.Response.ContentType = "application/json";
            context.Response.Close(Encoding.UTF8.GetBytes(body), willBlock: false);
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Whoever asked has gone.
        }
    }
}
