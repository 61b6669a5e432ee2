using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Payments.Executor.Psp.PayPal;

/// <summary>
/// Gives every request an access token. One is fetched for all requests that wait for it, kept until shortly before it
/// expires, and renewed once when PayPal does not take it. Without one the request is not passed on.
/// </summary>
internal sealed class PayPalTokens(PspConnectionOptions connection, TimeProvider time) : DelegatingHandler
{
    private const int LongestAnswer = 64 * 1024;

    /// <summary>Of its life; so much is kept for a request under way and for clocks.</summary>
    private const double LeastLifeLeft = 0.05;

    private static readonly TimeSpan FetchLimit = TimeSpan.FromSeconds(5);

    /// <summary>Whatever PayPal asks for: a slip there must not stop us for days.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private readonly Uri _address = new(connection.BaseAddress!.AbsoluteUri.TrimEnd('/') + "/v1/oauth2/token");
    private readonly AuthenticationHeaderValue _credentials = new(
        "Basic",
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{connection.PublicKey}:{connection.SecretKey}")));
    private readonly Lock _lock = new();
    private Task<AccessToken>? _fetch;

    /// <summary>Until then PayPal wants no request for a token; in the ticks of <see cref="TimeProvider.GetTimestamp"/>.</summary>
    private long _notBefore = long.MinValue;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await TokenAsync(null, cancellationToken);
        request.Headers.Authorization = token.Header;
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != System.Net.HttpStatusCode.Unauthorized)
            return response;

        try
        {
            request.Headers.Authorization = (await TokenAsync(token, cancellationToken)).Header;
        }
        catch (HttpRequestException)
        {
            // The 401 itself says that nothing was done; an exception now would say that it is not known.
            return response;
        }

        response.Dispose();
        return await base.SendAsync(request, cancellationToken);
    }

    /// <param name="refused">A token that PayPal did not take; null where none was used.</param>
    /// <param name="cancellationToken">Ends this wait, not the fetch: others wait for it too.</param>
    private Task<AccessToken> TokenAsync(AccessToken? refused, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var isUsable = _fetch is { } fetch
                && (!fetch.IsCompleted || (fetch.IsCompletedSuccessfully && IsFresh(fetch.Result, refused)));
            // On a thread of its own: nothing of the first caller's, its cancellation least of all, is the others'.
            return (isUsable ? _fetch! : _fetch = Task.Run(FetchAsync, CancellationToken.None)).WaitAsync(cancellationToken);
        }
    }

    private bool IsFresh(AccessToken token, AccessToken? refused) =>
        token != refused && time.GetElapsedTime(token.FetchedAt) < token.Life * (1 - LeastLifeLeft);

    private async Task<AccessToken> FetchAsync()
    {
        // Its life counts from before it was given.
        var fetchedAt = time.GetTimestamp();
        if (Volatile.Read(ref _notBefore) > fetchedAt)
            throw None("PayPal wants no request for an access token yet.");
        using var limit = new CancellationTokenSource(FetchLimit, time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _address)
            {
                Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
            };
            request.Headers.Authorization = _credentials;
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            using var response = await base.SendAsync(request, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                Wait(response.Headers.RetryAfter);
                throw None((int)response.StatusCode);
            }

            await response.Content.LoadIntoBufferAsync(LongestAnswer, limit.Token);
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(limit.Token));
            return Read(document.RootElement, fetchedAt);
        }
        catch (Exception exception) when (exception
            is HttpRequestException { HttpRequestError: not HttpRequestError.UserAuthenticationError }
            or IOException or OperationCanceledException)
        {
            throw None("PayPal's access token could not be fetched.", exception);
        }
        catch (JsonException)
        {
            // Its text may hold the token.
            throw None("PayPal's access token could not be read.");
        }
    }

    private void Wait(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? header?.Date - time.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            var longest = wait.Value < LongestWait ? wait.Value : LongestWait;
            Volatile.Write(ref _notBefore, time.GetTimestamp() + (long)(longest.TotalSeconds * time.TimestampFrequency));
        }
    }

    private static AccessToken Read(JsonElement json, long fetchedAt)
    {
        return json.Text("access_token") is { Length: > 0 } token
            && token.All(c => c is > ' ' and < (char)127)
            && json.Number("expires_in") is { } seconds and > 0 and <= int.MaxValue
                ? new AccessToken(new AuthenticationHeaderValue("Bearer", token), fetchedAt, TimeSpan.FromSeconds(seconds))
                : throw None("PayPal answered without an access token.");
    }

    /// <summary>Refused credentials are another fault than a PSP that is not there.</summary>
    private static HttpRequestException None(int status) => new(
        status is 400 or 401 or 403 ? HttpRequestError.UserAuthenticationError : HttpRequestError.ConnectionError,
        string.Create(CultureInfo.InvariantCulture, $"PayPal gave no access token: HTTP {status}."));

    private static HttpRequestException None(string message, Exception? inner = null) =>
        new(HttpRequestError.ConnectionError, message, inner);

    /// <summary>A class, so that one is only ever equal to itself, and without a ToString that could print it.</summary>
    private sealed class AccessToken(AuthenticationHeaderValue header, long fetchedAt, TimeSpan life)
    {
        public AuthenticationHeaderValue Header { get; } = header;

        public long FetchedAt { get; } = fetchedAt;

        public TimeSpan Life { get; } = life;
    }
}
