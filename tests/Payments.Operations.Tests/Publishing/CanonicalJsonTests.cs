using System.Text.Json;
using Payments.Operations.Publishing;

namespace Payments.Operations.Tests.Publishing;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[1,{"c":2,"d":3}]}""", """ { "b" : [ 1, { "d":3, "c":2 } ], "a" : 1 } """)]
    [InlineData("""{"a":"é"}""", """{"a":"\u00e9"}""")]
    [InlineData("""{"a":1,"key":"x"}""", """{"key":"y","a":1}""")]
    public void Hash_SameMeaning_IsTheSame(string left, string right) => Hash(left).ShouldBe(Hash(right));

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""")]
    [InlineData("""{"a":1}""", """{"a":1.0}""")]
    [InlineData("""{"a":1}""", """{"a":"1"}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""")]
    [InlineData("""{"a":null}""", """{}""")]
    [InlineData("""{"a":{"key":"x"}}""", """{"a":{"key":"y"}}""")]
    [InlineData("""{"a":"b\",\"c\":\"d"}""", """{"a":"b","c":"d"}""")]
    public void Hash_OtherMeaning_Differs(string left, string right) => Hash(left).ShouldNotBe(Hash(right));

    private static string Hash(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Convert.ToHexString(CanonicalJson.Hash(document.RootElement, leaveOut: "key"));
    }
}
