using System.Net;
using System.Net.Http.Headers;

namespace Payments.Executor.Psp;

/// <summary>How one HTTP exchange ended: with a response, or with what its failure says.</summary>
/// <param name="Response">Null where none came whole.</param>
/// <param name="Failure">Not attempted where nothing can have arrived, otherwise in doubt.</param>
internal readonly record struct Exchange(PspResponse? Response, Outcome? Failure);

/// <summary>
/// Sends one request once. Decides whether a failure can have reached the PSP: not before the body began to be written,
/// which is after the connection and its TLS stand.
/// </summary>
internal sealed class PspTransport(
    HttpClient client,
    IPspAdapter adapter,
    PspConnectionOptions connection,
    TimeSpan writeLimit,
    TimeProvider time)
{
    private const int LongestBody = 1024 * 1024;

    /// <exception cref="OperationCanceledException">The caller gave up; the request may have arrived.</exception>
    public async Task<Exchange> SendAsync(PspRequest request, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var writing = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var content = new WatchedContent(request.Body, request.ContentType, writing, writeLimit);
        using var message = ToMessage(request, content);
        using var timer = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(
            timer.Token, writing.Token, cancellationToken);
        try
        {
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, both.Token);
            var body = await ReadAsync(response.Content, both.Token);
            return new Exchange(ToResponse(response, body), null);
        }
        catch (HttpRequestException exception)
        {
            return new Exchange(null, Understand(exception, content.HasStarted));
        }
        catch (IOException)
        {
            return new Exchange(null, Lost());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Ours are the try limit and the write limit; without them, the connect limit of the handler.
            return new Exchange(null, content.HasStarted || message.Content is null
                ? Outcome.InDoubt(Reasons.NoAnswer, "The PSP did not answer within the limit.")
                : Outcome.NotAttempted(Reasons.ConnectTimeout, "The PSP could not be connected within the limit."));
        }
    }

    private static Outcome Understand(HttpRequestException exception, bool hasStarted)
    {
        if (hasStarted)
            return Lost();
        return exception.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError =>
                Outcome.NotAttempted(Reasons.HostNotFound, "The PSP's host name could not be resolved."),
            HttpRequestError.SecureConnectionError =>
                Outcome.NotAttempted(Reasons.TlsFailed, "No TLS connection to the PSP could be made."),
            HttpRequestError.UserAuthenticationError =>
                Outcome.NotAttempted(Reasons.Configuration, "The PSP gave no access to these credentials."),
            HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError =>
                Outcome.NotAttempted(Reasons.ConnectionRefused, "The PSP could not be connected."),
            _ => Lost(),
        };
    }

    private static Outcome Lost() =>
        Outcome.InDoubt(Reasons.ConnectionLost, "The connection broke before the answer was whole.");

    private HttpRequestMessage ToMessage(PspRequest request, WatchedContent content)
    {
        var message = new HttpRequestMessage(HttpMethod.Parse(request.Method), new Uri(request.Path, UriKind.Relative));
        foreach (var (name, value) in request.Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        adapter.Authenticate(message.Headers, connection);
        if (message.Method != HttpMethod.Get)
            message.Content = content;
        return message;
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > LongestBody)
                throw new IOException("The PSP's answer is longer than any of its answers can be.");
            await buffer.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
        }

        return buffer.ToArray();
    }

    private PspResponse ToResponse(HttpResponseMessage response, byte[] body)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated)
            headers[name] = string.Join(',', values);
        return new PspResponse
        {
            Status = (int)response.StatusCode,
            Headers = headers,
            Body = body,
            RetryAfter = RetryAfterOf(response.Headers.RetryAfter),
        };
    }

    private TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header)
    {
        var wait = header switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>The stored bytes, and whether they began to go out.</summary>
    private sealed class WatchedContent : HttpContent
    {
        private readonly ReadOnlyMemory<byte> _body;
        private readonly CancellationTokenSource _writing;
        private readonly TimeSpan _limit;

        /// <param name="body">The bytes.</param>
        /// <param name="contentType">Null where there is no body.</param>
        /// <param name="writing">Cancelled when writing takes longer than the limit: it ends the whole exchange.</param>
        /// <param name="limit">Of the write.</param>
        public WatchedContent(
            ReadOnlyMemory<byte> body, string? contentType, CancellationTokenSource writing, TimeSpan limit)
        {
            (_body, _writing, _limit) = (body, writing, limit);
            if (contentType is not null)
                Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        public bool HasStarted { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            HasStarted = true;
            _writing.CancelAfter(_limit);
            await stream.WriteAsync(_body, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _writing.CancelAfter(Timeout.InfiniteTimeSpan);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _body.Length;
            return true;
        }
    }
}
