using System.Text;

namespace Payments.Orchestrator.Requesting;

public sealed class RequestBodyTests
{
    public static TheoryData<string, byte[]> NotJson => new()
    {
        { "nothing", [] },
        { "words", "payment, please"u8.ToArray() },
        { "cut short", "{ \"paymentId\": \"01"u8.ToArray() },
        { "two documents", "{}{}"u8.ToArray() },
        { "a comma too many", "{ \"a\": 1, }"u8.ToArray() },
        { "Latin-1", Encoding.Latin1.GetBytes("{ \"a\": \"\u00e9\" }") },
        { "UTF-16", Encoding.Unicode.GetBytes("{}") },
        { "33 levels", Encoding.ASCII.GetBytes(new string('[', 33) + new string(']', 33)) },
        { "above 256 kB", Encoding.ASCII.GetBytes(new string(' ', RequestBody.MaxBytes - 1) + "{}") },
    };

    [Theory]
    [MemberData(nameof(NotJson))]
    public void Parse_NotJson_ThrowsThatOnly(string what, byte[] body) =>
        Should.Throw<NotJsonException>(() => RequestBody.Parse(body), what);

    [Fact]
    public void Parse_NotJson_DoesNotQuoteTheBody() =>
        Should.Throw<NotJsonException>(() => RequestBody.Parse("""{ "token": secret }"""u8.ToArray()))
            .ToString().ShouldNotContain("secret");

    [Fact]
    public void Parse_LimitsMet_Passes()
    {
        RequestBody.Parse(Encoding.ASCII.GetBytes(new string('[', 32) + new string(']', 32)));
        RequestBody.Parse(Encoding.ASCII.GetBytes(new string(' ', RequestBody.MaxBytes - 2) + "{}"));
    }

    [Fact]
    public void Parse_ByteOrderMark_IsSkipped() =>
        RequestBody.Parse(new byte[] { 0xEF, 0xBB, 0xBF, (byte)'1' }).GetInt32().ShouldBe(1);

    [Theory]
    [InlineData("""{ "a": 1 }""", null, "a")]
    [InlineData("""{ "a": 1 }""", "application/vnd.masstransit+json", "a")]
    [InlineData("""{ "message": { "b": 1 }, "messageType": [] }""", "application/vnd.masstransit+json", "b")]
    [InlineData("""{ "message": { "b": 1 }, "messageType": [] }""", "application/json", "b")]
    [InlineData("""{ "Message": { "b": 1 }, "MessageType": [] }""", null, "b")]
    [InlineData("""{ "message": { "b": 1 } }""", "application/vnd.masstransit+json", "b")]
    [InlineData("""{ "message": { "b": 1 } }""", "application/json", "message")]
    [InlineData("""{ "message": { "b": 1 }, "messageType": "urn" }""", null, "message")]
    public void FindRequest_PlainOrEnveloped_FindsIt(string json, string? mediaType, string firstMember) =>
        RequestBody.FindRequest(RequestBody.Parse(Encoding.UTF8.GetBytes(json)), mediaType)
            .EnumerateObject().First().Name.ShouldBe(firstMember);
}
